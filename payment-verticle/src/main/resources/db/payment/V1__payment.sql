-- Payments: one row per booking that the payment service has heard of.
CREATE SCHEMA IF NOT EXISTS payment;

CREATE TABLE payment.payment (
    id         uuid          PRIMARY KEY,
    -- One payment per booking, whatever is delivered: the last line of defence behind the inbox.
    booking_id uuid          NOT NULL UNIQUE,
    -- CANCELLED: the booking was cancelled before it was ever charged, and never will be.
    status     text          NOT NULL CHECK (status IN ('AUTHORIZED', 'DECLINED', 'REFUNDED', 'CANCELLED')),
    amount     numeric(12,2) NOT NULL CHECK (amount >= 0),
    currency   text          NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    -- Why it was declined.
    reason     text,
    created_at timestamptz   NOT NULL DEFAULT now(),
    updated_at timestamptz   NOT NULL DEFAULT now()
);

-- What the simulated gateway was asked for and answered: its own books, written in its own transactions as an external
-- provider's would be. They outlive a killed process, so that it can be proved that nobody was charged twice.
CREATE TABLE payment.simulated_charge (
    -- The same key again gets the recorded answer again.
    idempotency_key uuid          PRIMARY KEY,
    kind            text          NOT NULL CHECK (kind IN ('charge', 'decline', 'refund')),
    booking_id      uuid          NOT NULL,
    amount          numeric(12,2) NOT NULL CHECK (amount >= 0),
    currency        text          NOT NULL,
    created_at      timestamptz   NOT NULL DEFAULT now()
);

-- Finds what a refund is to give back.
CREATE INDEX simulated_charge_booking ON payment.simulated_charge (booking_id);
-- Two refunds asked for at the same moment under different keys give back once.
CREATE UNIQUE INDEX simulated_charge_one_refund ON payment.simulated_charge (booking_id) WHERE kind = 'refund';

DO $$ BEGIN
    CREATE ROLE payment_app NOLOGIN;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$;

GRANT outbox_writer, inbox_consumer TO payment_app;
GRANT USAGE ON SCHEMA payment TO payment_app;
GRANT SELECT, INSERT ON payment.payment TO payment_app;
GRANT UPDATE (status, updated_at) ON payment.payment TO payment_app;
-- UPDATE of the key only, to itself: how an insert that meets its own key reads the recorded answer.
GRANT SELECT, INSERT, UPDATE (idempotency_key) ON payment.simulated_charge TO payment_app;
