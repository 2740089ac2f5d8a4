// Package reviews is what buyers say about what they got.
//
// Only somebody who got something can say how it is: a Review needs an
// Entitlement, which this room is given for each line of an order that was
// delivered (Entitle) and which is used once. So every review is of a verified
// purchase, and there is one for each line.
//
// A review has a rating of 1 to 5 stars, a title and a text, which are plain
// text: whoever shows them escapes them. It is
//
//	pending -> published -> hidden
//	pending -> rejected
//
// and staff moves it. The Rating of a product counts its published reviews; it
// is kept in the unit that publishes or hides one and equals a recount always.
//
//	es, err := said.Entitle(ctx, reviews.Entitle{Lines: delivered, Invite: in10Days})
//	r, err := said.Write(ctx, es[0].ID, reviews.Write{Meta: op.Meta{By: buyer}, Rating: 5, Title: "Soft"})
//	r, err = said.Publish(ctx, r.ID, reviews.Publish{Meta: op.Meta{By: staff}})
//	rating, err := said.Ratings(ctx, product)
//
// With Invite set a timer, InvitationDue, asks whoever listens to call Invite,
// which announces Invited for those entitlements that were not used by then: a
// message to the buyer may follow.
package reviews
