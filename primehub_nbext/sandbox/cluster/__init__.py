"""What stands behind a real PrimeHub's API: the objects that Kubernetes keeps and the people that Keycloak knows."""
