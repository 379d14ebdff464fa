-- A payment is recorded, with the idempotency key of its charge, before the gateway is asked for it: whoever comes later
-- asks under the same key, and a cancellation knows what there may be to give back.
ALTER TABLE payment.payment
    DROP CONSTRAINT payment_status_check,
    -- CANCELLED: the booking was cancelled before its payment was settled; nothing is charged, or it was given back.
    ADD CONSTRAINT payment_status_check
        CHECK (status IN ('PENDING', 'AUTHORIZED', 'DECLINED', 'REFUNDED', 'CANCELLED')),
    ADD COLUMN charge_key uuid;

COMMENT ON COLUMN payment.payment.charge_key IS
    'Idempotency key of the charge: the id of the first flight.booked event; null if the booking was cancelled before';

ALTER TABLE payment.simulated_charge
    DROP CONSTRAINT simulated_charge_kind_check,
    -- void: a charge under this key was cancelled before it was asked for, and never will be made.
    ADD CONSTRAINT simulated_charge_kind_check CHECK (kind IN ('charge', 'decline', 'refund', 'void')),
    ADD COLUMN charge_key uuid;

COMMENT ON COLUMN payment.simulated_charge.charge_key IS 'Of a refund: the key of the charge that it gives back';

UPDATE payment.payment p SET charge_key = c.idempotency_key
FROM payment.simulated_charge c WHERE c.booking_id = p.booking_id AND c.kind IN ('charge', 'decline');

UPDATE payment.simulated_charge r SET charge_key = c.idempotency_key
FROM payment.simulated_charge c WHERE c.booking_id = r.booking_id AND c.kind = 'charge' AND r.kind = 'refund';

-- Two refunds asked for at the same moment under different keys give back once.
DROP INDEX payment.simulated_charge_one_refund;
CREATE UNIQUE INDEX simulated_charge_one_refund ON payment.simulated_charge (charge_key) WHERE kind = 'refund';

GRANT UPDATE (reason) ON payment.payment TO payment_app;
