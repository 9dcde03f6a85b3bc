/// From what the user described to what runs: the logical plan, checked as it is built, and the planner that compiles
/// kernels and links operators. Nothing here sees a row. Called on the user's thread, before a job starts.
package io.mullion.plan;
