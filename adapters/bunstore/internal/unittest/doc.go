// Package unittest runs a test on every database that the store speaks to.
//
//	unittest.Each(t, func(t *testing.T, s *unit.Shipper) {
//		units := unittest.Runner(s, "shop", func(u *unit.Unit) cart.Tx {
//			return cartrows.CartTx{CartReader: cartrows.CartReader{Q: u}, U: u}
//		})
//		...
//	})
//
// Each database is fresh, has every migration and goes with its test. It is
// for tests of the packages beside it, before and below the whole store; the
// contract of the store as a whole is commerce/storetest.
package unittest
