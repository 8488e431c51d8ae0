"""PrimeHub's API, as its graphql-server answers: GraphQL, logs and files, over a cluster."""
