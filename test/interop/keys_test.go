// SPDX-License-Identifier: GPL-2.0-or-later

package interop

import (
	"crypto/dsa" //lint:ignore SA1019 the protocol's long-term keys are DSA keys
	"fmt"
	"math/big"

	"purple-otr/otr"
)

// Keys that are the same in every run, so that transcripts are reproducible. They were
// made for these tests and protect nothing.
var (
	aliceKey = key(
		"83fed24aeb7277d57d43ded7db3a63ca9010bed4e58b7e2b8f19c8a4f9f495b163eb4163ade307d64e451301065d90c32a132a1d702780fff3e30eada698ef6b1833acf36e68a1ea4dc5ffe6b6b2bcbd6595d6a7b7450072cb9357fe416c4071f59894132aa55c56665b61331d9a7cbcad9a0507800bbb4463ce0c49cb7e51b1",
		"91f94a417abb4aeb2e09d1fe19a1f170d5a17a25",
		"44b3a79124b950d27876aa28d3630154c0218ebbcbc0c4501db7cfeff7ea8c3bd78012a170d9124e5cf13767238ab4c750e22be70c985228a2294df7617c7a5b077aebcfe4e6da1ba2e76fabd62fe17e9edea91f1d8eff7dbe120a2a8a1290207f5bddd3620159efd6795488a3588728330c245dc44ef85916482efa7255bca2",
		"6f3f8d4ae7c78fa69ece62fb574c148777f4550f084dfb5819ef13884d260f372c9688e5a98100df9a6e161d24359232028b40af0fd36ced2b7df72ed7e925347fc371ec131ad5ee86becf145620de302fcdff59ae469b8c4ccef065867500be4fbadfda3aaaeddcd344169229913b6a6218546608a6a37b0d23e0f994bc6801",
		"7b0e5efafcc0acab41ab37dc1cd1735bd4b6a396")
	bobKey = key(
		"9b427b0f9fe747ed0b9dc342d9631ac360708f3cca6c45df5e09122adbfd6b0340d56f262d433ad78194b19b0f2bceb6a94611f4d98b8e9c0dda35ccdd48f7e2eb2a6e47da18d33181e3c1cc5defe0253f9b1d040e023a9da1140e6d25c4b60ea3a9e7b2f79a7cbdda6c4b8ccb04b17debb541e46d70b0e88bd2b6a6725a89b1",
		"f29f9604d32afadf6eadb99af388827976450927",
		"43b9f629a499863921f63f473d905f1817d4273e26cd355068bf1e017e73cf9a25680313b11b0bb98f415b32f89e24c143559130e032d9aeac001e43f2f0eea7e93bcda53e6a148fbd709ee36347e21a25e0333a8b2f1a2c518806e72ddc1f02d075bc29764e299e1902f32080f9d280956efc0579a3bad147ebe8546c48d653",
		"85461990571f362cc784a52259e9653076b798cd74f3660e539df3b94d1d1416ecad6d2b0c7c21c69412e59d73a33a0d0f48bbcee266d27744c2355e3ea32102c7c8626969488a1432706a4f5b77e17aeb17628648bfa9e3e721a44cbb0ca58fd0d99658faae27fefe48e630fc2cdb1270aa57339e4c65b86981f33ca5c33014",
		"7e1b77155cd252cca70115d590d7f1dd404fb8fe")
)

func key(p, q, g, y, x string) *dsa.PrivateKey {
	number := func(s string) *big.Int {
		n, ok := new(big.Int).SetString(s, 16)
		if !ok {
			panic("not hexadecimal: " + s)
		}
		return n
	}
	return &dsa.PrivateKey{
		PublicKey: dsa.PublicKey{
			Parameters: dsa.Parameters{P: number(p), Q: number(q), G: number(g)},
			Y:          number(y),
		},
		X: number(x),
	}
}

// keyFile is libotr's otr.private_key with one key in it.
func keyFile(account string, k *dsa.PrivateKey) string {
	return fmt.Sprintf("(privkeys\n (account\n(name %q)\n(protocol prpl-test)\n"+
		"(private-key\n (dsa\n  (p #00%X#)\n  (q #00%X#)\n  (g #00%X#)\n  (y #00%X#)\n  (x #00%X#)\n"+
		"  )\n )\n )\n)\n", account, k.P.Bytes(), k.Q.Bytes(), k.G.Bytes(), k.Y.Bytes(), k.X.Bytes())
}

func fingerprint(k *dsa.PrivateKey) otr.Fingerprint {
	p, err := otr.NewPrivateKey(k)
	if err != nil {
		panic(err)
	}
	return p.Fingerprint()
}
