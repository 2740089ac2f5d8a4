// Package pgtest gives tests a PostgreSQL database of their own.
//
//	dsn := pgtest.Database(t)
//
// is the URL of a fresh, empty database that goes away when the test ends. The
// server behind it is the one that KONTOR_TEST_PG names, which "make test"
// starts once for all packages; without it the first call starts one for this
// test binary. Either way it is thrown away afterwards. A test that needs
// PostgreSQL where none can be had fails and says what to install: a run that
// skips it would prove nothing and look green.
//
// Start gives a test a whole server, to crash and resume.
package pgtest
