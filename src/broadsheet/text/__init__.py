"""Any text in any language: charset, scripts, words, sentences, dates, numerals, what differs between two."""
