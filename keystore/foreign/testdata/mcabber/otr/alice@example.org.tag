alice@example.org	jabber	00000777
