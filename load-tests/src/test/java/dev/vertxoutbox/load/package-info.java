/** Load tests of a running system's booking API; see the README of this module. */
@NullMarked
package dev.vertxoutbox.load;

import org.jspecify.annotations.NullMarked;
