"""What stands between clients and containers in the cloud, in front of servers here."""
