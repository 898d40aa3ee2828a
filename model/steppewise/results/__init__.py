"""Results of every kind: computed, kept in a folder, read, shown, computed again; a file a kind."""
