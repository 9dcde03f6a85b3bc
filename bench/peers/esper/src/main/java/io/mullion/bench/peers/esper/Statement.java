package io.mullion.bench.peers.esper;

import com.espertech.esper.common.client.EPCompiled;
import com.espertech.esper.common.client.EventSender;
import com.espertech.esper.common.client.configuration.Configuration;
import com.espertech.esper.common.client.configuration.common.ConfigurationCommonEventTypeBean;
import com.espertech.esper.common.client.util.AccessorStyle;
import com.espertech.esper.common.client.util.NameAccessModifier;
import com.espertech.esper.compiler.client.CompilerArguments;
import com.espertech.esper.compiler.client.EPCompileException;
import com.espertech.esper.compiler.client.EPCompilerProvider;
import com.espertech.esper.runtime.client.EPDeployException;
import com.espertech.esper.runtime.client.EPDeployment;
import com.espertech.esper.runtime.client.EPEventService;
import com.espertech.esper.runtime.client.EPRuntime;
import com.espertech.esper.runtime.client.EPRuntimeProvider;
import com.espertech.esper.runtime.client.EPStatement;
import io.mullion.bench.peer.Feed;
import io.mullion.bench.rows.QueryRows;
import java.util.function.IntFunction;

/// EPL that runs: sends rows as events and sets the clock by their times.
///
/// *Thread*: one.
final class Statement {
    private static final SlideEnd SLIDE_END = new SlideEnd();

    private final EPRuntime runtime;
    private final EPEventService events;
    private final EventSender slideEnds;
    private final Configuration configuration;
    private final long slideMillis;
    private long time = QueryRows.START_MILLIS;

    /// @param event the class of the rows, `Row` in EPL
    Statement(Class<?> event, long slideMillis) {
        this.slideMillis = slideMillis;
        configuration = configuration(event);
        runtime = EPRuntimeProvider.getRuntime("bench", configuration);
        runtime.initialize();
        events = runtime.getEventService();
        slideEnds = events.getEventSender("SlideEnd");
        events.clockExternal();
        events.advanceTime(time);
    }

    private static Configuration configuration(Class<?> event) {
        Configuration configuration = new Configuration();
        ConfigurationCommonEventTypeBean records = new ConfigurationCommonEventTypeBean();
        records.setAccessorStyle(AccessorStyle.PUBLIC);
        configuration.getCommon().addEventType("Row", event.getName(), records);
        configuration.getCommon().addEventType("SlideEnd", SlideEnd.class);
        configuration.getCompiler().addPlugInSingleRowFunction("campaign", Campaigns.class.getName(), "of");
        configuration.getCompiler().getByteCode().setAllowSubscriber(true);
        configuration.getCompiler().getByteCode().setAccessModifierEventType(NameAccessModifier.PUBLIC);
        configuration.getRuntime().getThreading().setInternalTimerEnabled(false);
        configuration.getRuntime().getExecution().setDisableLocking(true);
        return configuration;
    }

    /// The time of the clock.
    long time() {
        return time;
    }

    private void advance(long time) {
        this.time = time;
        events.advanceTime(time);
        if (time % slideMillis == 0) {
            slideEnds.sendEvent(SLIDE_END);
            // What the event asks for goes out when the clock is set next.
            events.advanceTime(time);
        }
    }

    /// Deploys EPL and gives what is named `results` in it, if any, to the subscriber.
    void deploy(String epl, Object subscriber) throws EPCompileException, EPDeployException {
        CompilerArguments arguments = new CompilerArguments(configuration);
        EPCompiled compiled = EPCompilerProvider.getCompiler().compile(epl, arguments);
        EPDeployment deployment = runtime.getDeploymentService().deploy(compiled);
        for (EPStatement statement : deployment.getStatements()) {
            if (statement.getName().equals("results")) {
                statement.setSubscriber(subscriber);
            }
        }
    }

    /// Sends the rows, the clock set to the time of each, and goes on at the end until windows are over.
    ///
    /// @param sizeMillis of a window beyond one slide
    void run(Feed feed, long[] times, IntFunction<?> maker, long sizeMillis) {
        EventSender sender = events.getEventSender("Row");
        for (int count; (count = feed.take(Feed.MOST)) > 0; ) {
            int from = feed.position();
            long shift = feed.shift();
            for (int row = from; row < from + count; row++) {
                if (times[row] + shift != time) {
                    advance(times[row] + shift);
                }
                sender.sendEvent(maker.apply(row));
            }
        }
        long end = Math.floorDiv(time, slideMillis) * slideMillis + slideMillis;
        for (long slide = end; slide <= end + sizeMillis; slide += slideMillis) {
            advance(slide);
        }
    }
}
