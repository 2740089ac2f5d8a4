// Package lifecycle says which moves a thing may make.
//
// An order that is completed cannot be cancelled, and a parcel that was never
// packed cannot be delivered. Each room writes such rules down once, as a
// Table: for every state, the triggers it accepts and the state each of them
// leads to. A state in which a life ends has an empty row.
//
//	var moves = lifecycle.Table[Status, Trigger]{
//		Machine: "lamp",
//		Initial: Off,
//		Moves: map[Status]map[Trigger]Status{
//			Off:    {Press: On},
//			On:     {Press: Off, Drop: Broken},
//			Broken: {},
//		},
//	}
//
// Next makes a move or returns a *Forbidden, a Conflict that names the machine,
// the state, the trigger and what would have been allowed. Check finds states
// that cannot be reached or were forgotten, and Mermaid draws the table for the
// documentation. A host that needs one more move gets a copy from With; the
// table itself is never changed, so it may be used from many goroutines.
package lifecycle
