"""How good a recommender is: schemes hide, metrics count, statistics say how sure one may be."""
