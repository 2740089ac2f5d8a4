// Command embedhttp is a small web shop of a host that has users of its own.
//
// It shows where the line runs. The host owns HTTP, the users, their sessions
// and its notes about customers, in tables of its own; the engine owns carts,
// orders, stock and money, in tables beside them. Where both must change or
// neither, they change in one transaction: see cancel.go.
//
//	go run ./embedhttp -db shop.db
//	go run ./embedhttp -dsn postgres://...
//
//	POST   /users                {"email", "password"}       sign up, and in
//	POST   /sessions             {"email", "password"}       sign in
//	DELETE /sessions                                         sign out
//	POST   /carts                                            begin a cart
//	GET    /carts/{cart}                                     the cart and what it costs, with reasons
//	POST   /carts/{cart}/lines   {"sku", "quantity"}         put something in
//	POST   /carts/{cart}/codes   {"code"}                    type a coupon
//	POST   /carts/{cart}/order   {"method", "total"}         order; needs the header Idempotency-Key
//	GET    /orders/{order}
//	POST   /orders/{order}/cancel {"reason"}                 with a note for the staff, both or neither
//
// Every answer is JSON. What a buyer may not see does not exist for them: a
// cart of somebody else is the same 404 as one that never was. What a real shop
// would add, and what is left out here for brevity, is a limit on the rate of
// signing in, and mail.
package main
