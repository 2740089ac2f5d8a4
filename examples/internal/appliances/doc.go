// Package appliances is the catalogue that the example shops sell: 37 household
// appliances in 87 variants, as the demo shop of Spree has them (data/NOTICE).
//
//	goods, err := appliances.Spree()
//	n, err := goods.Import(ctx, shop, staff, nil)            // products, variants, prices
//	err = goods.Furnish(ctx, shop, staff, pictures)          // categories, attributes, what the window shows
//	skus, pieces, err := goods.Receive(ctx, shop, staff, nil) // what lies on the shelves
//
// Each of the three may be repeated: what is there already stays as it is.
package appliances
