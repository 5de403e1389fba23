"""The files that take a deployment of this machine to Azure, or to a Kubernetes cluster."""
