// Package shipping brings goods from one place to another and knows where they
// are.
//
// What it costs. A Carrier quotes Rates for parcels; a Plan says what a shop
// offers of that: methods, each for certain zones, weights and values, at the
// carrier's rate or the shop's own. Options answers a buyer, also one who has
// told no more than a country.
//
// Where it is. A Shipment is one parcel on its way, for an owner: this room does
// not know what a fulfillment is. It gets its tracking number from a label,
// which a carrier with that power makes (Label), or from whoever took it to the
// post (Assign). Numbers are checked by the formats of their carriers.
//
//	stateDiagram-v2
//	    [*] --> planned
//	    planned --> ready : assign
//	    planned --> cancelled : cancel
//	    planned --> labelling : label
//	    ready --> cancelled : cancel
//	    cancelled --> [*]
//	    labelling --> labelling : label
//	    labelling --> ready : labelled
//	    labelling --> planned : refused
//
// A label is asked for with no unit of work open. If its answer is lost the
// shipment stays labelling, and after LabelLease Label asks again with the same
// key, which makes no second label.
//
// What happens on the way is kept as it is told (Record), each Happening once,
// and folded into a Status. Carriers tell late, twice and in any order; the
// status depends on what was told and not on when. It moves forward only: what
// was delivered may still come back or get lost, but is not on its way again.
//
//	s, err := shipments.Create(ctx, shipping.Create{Owner: "fu_1", Carrier: "dhl", Number: "3318810025", To: home})
//	s, err = shipments.Record(ctx, s.ID, shipping.Record{Happenings: told})
//	fmt.Println(s.Status(), s.URL())
package shipping
