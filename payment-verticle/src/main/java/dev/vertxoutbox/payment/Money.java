package dev.vertxoutbox.payment;

import java.math.BigDecimal;

/**
 * An amount of money.
 *
 * @param amount zero or more, with two decimals
 * @param currency ISO 4217 code
 */
public record Money(BigDecimal amount, String currency) {

    /** What a booking without a fare costs. */
    static final Money NOTHING = new Money(BigDecimal.ZERO.setScale(2), "EUR");
}
