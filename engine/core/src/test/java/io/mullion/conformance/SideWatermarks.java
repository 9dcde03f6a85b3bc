package io.mullion.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import io.mullion.spec.Watermark;
import java.time.Duration;

/// The watermarks of a case with several inputs, one for each side.
final class SideWatermarks {
    private SideWatermarks() {}

    static Watermark of(Case one, String side) {
        JsonNode delay = one.params().path("watermark").path("delay_ms");
        if (!one.scheme().equals("per-batch") || !delay.isObject()) {
            return Terms.watermark(one);
        }
        // An input without a watermark has no say: then the greatest of what the others say is what they say.
        boolean silent = delay.get("L").isNull() || delay.get("R").isNull();
        return delay.get(side).isNull()
                ? Watermark.none()
                : perBatch(
                        delay.get(side).asLong(),
                        one.params().get("watermark").path("policy").asText("min"),
                        silent);
    }

    static Watermark perBatch(long delayMillis, String policy, boolean silent) {
        return new Watermark.PerBatch(
                Duration.ofMillis(delayMillis),
                Question.BATCH,
                policy.equals("max") || silent ? Watermark.PerBatch.Policy.MAX : Watermark.PerBatch.Policy.MIN);
    }
}
