// Package promotion keeps what a shop grants: ten percent in March, five euro
// off for whoever knows a code, free shipping for club members.
//
// A Promotion says what it takes off (its Terms), when, and for whom. Either it
// is automatic or it asks for a code. How often it may be used is limited in
// total, for each code and for each buyer, and the limits hold however many
// buyers come at once: they are checked in the statement that counts the use.
//
//	stateDiagram-v2
//	    [*] --> draft
//	    draft --> active : activate
//	    draft --> ended : end
//	    active --> paused : deactivate
//	    active --> ended : end
//	    ended --> [*]
//	    paused --> active : activate
//	    paused --> ended : end
//
// An active promotion runs between From and Until; the end is half open.
//
// This room does no sums. Offers answers a buyer with codes: these promotions
// apply, and those codes do not, for this reason. Whoever prices the basket
// makes discounts of the grants. When the order is placed, RedeemTx counts the
// uses of the grants that gave something, in the same unit; when the order is
// cancelled, GiveBack returns them, once.
//
//	o, err := promotions.Offers(ctx, promotion.Ask{Buyer: "cu_7", Codes: []string{"spring10"}})
//	for _, r := range o.Refused {
//		fmt.Println(r.Code, r.Reason) // SPRING10 already_used
//	}
//	...
//	err = promotions.RedeemTx(ctx, t, promotion.Redeem{Order: "or_1", Buyer: "cu_7", Grants: o.Grants})
//	var gone *promotion.Exhausted
//	if errors.As(err, &gone) { ... } // somebody was quicker
package promotion
