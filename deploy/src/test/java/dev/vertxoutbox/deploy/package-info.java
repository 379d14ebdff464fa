@NullMarked
package dev.vertxoutbox.deploy;

import org.jspecify.annotations.NullMarked;
