"""How a search is read, widened, ranked and advised upon, and what makes papers related."""
