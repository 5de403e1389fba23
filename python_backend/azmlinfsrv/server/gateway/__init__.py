"""What stands between clients and the container in the cloud, in front of servers of this machine."""
