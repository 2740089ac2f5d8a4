// Package shop sets up what the engine and its floor are measured on: a shop
// with many SKUs on a fresh database, and as many filled carts as are wanted.
package shop
