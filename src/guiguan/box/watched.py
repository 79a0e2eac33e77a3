"""How every connection to PostgreSQL is watched (libpq's parameters): of the ballots' server, the site, the worker and the sequencer."""

WATCHED = {
    "connect_timeout": 5,
    "tcp_user_timeout": 20_000,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 2,
}
"""A server whose answers are lost on the way is given up after some twenty seconds, not after the quarter of an hour that the system takes,
or the two hours where one only waits; what the address itself says goes before."""
