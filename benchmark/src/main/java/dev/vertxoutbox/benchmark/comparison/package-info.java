/**
 * What the relay is compared with: other ways to bring events from a transaction to SQS, each written against a public
 * library as its documentation shows, in a process of its own. Nothing else uses these.
 */
@NullMarked
package dev.vertxoutbox.benchmark.comparison;

import org.jspecify.annotations.NullMarked;
