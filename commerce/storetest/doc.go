// Package storetest is the contract of a commerce.Store.
//
//	func TestStore(t *testing.T) {
//		storetest.Run(t, func(t *testing.T) commerce.Store { ... })
//	}
//
// Run builds shops on fresh stores and demands of each what the comments of the
// ports promise. Shop is that shop, for tests that go on from there.
package storetest
