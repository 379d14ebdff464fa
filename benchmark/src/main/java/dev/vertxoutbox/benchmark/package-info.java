/**
 * Measurements of the running system, each a main of its own with a script beside this module. None is a test: nothing
 * here runs in {@code mvn verify}, and no figure fails a build.
 */
@NullMarked
package dev.vertxoutbox.benchmark;

import org.jspecify.annotations.NullMarked;
