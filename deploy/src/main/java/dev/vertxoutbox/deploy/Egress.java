package dev.vertxoutbox.deploy;

/** How tasks, which have no public address, reach the services of AWS. */
enum Egress {
    /** One NAT gateway: the cheapest. When its zone is down, tasks of the other one reach nothing of AWS. */
    NAT(1),
    /** One NAT gateway in each zone. */
    NAT_PER_ZONE(2),
    /** VPC endpoints and no way to the internet. */
    ENDPOINTS(0);

    private final int gateways;

    Egress(int gateways) {
        this.gateways = gateways;
    }

    /** How many NAT gateways there are, in two zones. */
    int gateways() {
        return gateways;
    }
}
