package bunstore

import "github.com/kontor-go/kontor/adapters/bunstore/internal/unit"

// Shipper returns what the store sends its units with. Its type is internal:
// it serves the tests of the packages below this one, and no host.
func (s *Store) Shipper() *unit.Shipper { return s.s }
