"""What a paper's page is made of: its evidence, highlighted texts, quotes and citations."""
