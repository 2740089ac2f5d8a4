// Package kontor is the address of a commerce engine that Go programs embed.
// It holds no code: a host imports commerce, builds a commerce.Engine from a
// store, providers and policies, and calls the services on it. The rooms below
// the roof each own one part of the trade (catalog, inventory, cart, order,
// payment and their neighbours), the kernel packages hold what all of them
// share, and the adapters speak to databases and providers. Packages stand on
// floors and import downwards only, which the test beside this file enforces.
package kontor
