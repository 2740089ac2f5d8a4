// Package fault says what kind of failure an error is.
//
// Every error the engine returns has a Kind, which is itself an error: a host
// writes
//
//	if errors.Is(err, fault.NotFound) { ... }
//
// whatever concrete type it holds. It also has a stable Code for machines, a
// Text that is safe to show to anyone (Public), and for wrong input the Fields
// that are wrong. The cause stays attached for operators, so errors.Is with
// sql.ErrNoRows works as well. Rooms add typed errors with data, such as
// *inventory.Shortage; they tell their kind through the method Fault.
//
// Check collects the wrong fields of one input:
//
//	var c fault.Check
//	in.Name = c.Required("name", in.Name, 200)
//	c.Range("quantity", int64(in.Quantity), 1, 99_999)
//	if err := c.Err("cart.add"); err != nil { return err }
package fault
