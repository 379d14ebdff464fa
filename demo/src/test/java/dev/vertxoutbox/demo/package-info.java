@NullMarked
package dev.vertxoutbox.demo;

import org.jspecify.annotations.NullMarked;
