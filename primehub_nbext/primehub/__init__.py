"""The platform: everything that speaks to PrimeHub, knows its wording or its names."""
