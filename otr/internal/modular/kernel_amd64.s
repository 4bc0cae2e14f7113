// SPDX-License-Identifier: GPL-2.0-or-later

//go:build !purego

#include "textflag.h"

// A multiplication takes 8 rows, limbs of y, at a time, and walks over x and t
// with them in blocks of 8 columns, of which the sum so far is in R8 to R15: a row
// adds a block of x times its limb of y, stores the lowest limb, which is final,
// and moves up by one. Low and high halves of the products are added along two
// chains of carries, ADCX's and ADOX's.
//
//	DI  t, at this block's columns      SI  x, at this block's columns
//	BX  y, at these rows                DX  the row's limb of y
//	CX  0 or -1: the carry between blocks, of weight 64(DI)
//	AX, BP  products
//
// There is neither a branch nor an address that depends on a value.

// STEP adds the product at off to columns a and b; c is what was in b's column.
#define STEP(off, a, b, c) \
	MULXQ off(SI), AX, b; \
	ADCXQ AX, a; \
	ADOXQ c, b

#define ROW(i) \
	XORL  AX, AX; \ // no carries
	MULXQ 0(SI), AX, BP; \
	ADCXQ AX, R8; \
	ADOXQ R9, BP; \
	MOVQ  R8, i(DI); \
	MOVQ  BP, R8; \
	STEP(8, R8, R9, R10); \
	STEP(16, R9, R10, R11); \
	STEP(24, R10, R11, R12); \
	STEP(32, R11, R12, R13); \
	STEP(40, R12, R13, R14); \
	STEP(48, R13, R14, R15); \
	MULXQ 56(SI), AX, R15; \
	ADCXQ AX, R14; \
	ADOXQ zero-8(SP), R15; \
	ADCXQ zero-8(SP), R15

#define MULTIPLY(i) \
	MOVQ i(BX), DX; \
	ROW(i)

#define ROWS \
	MULTIPLY(0); \
	MULTIPLY(8); \
	MULTIPLY(16); \
	MULTIPLY(24); \
	MULTIPLY(32); \
	MULTIPLY(40); \
	MULTIPLY(48); \
	MULTIPLY(56)

// REDUCE chooses the limb of u that makes the lowest column 0.
#define REDUCE(i) \
	MOVQ  R8, DX; \
	IMULQ inverse+32(FP), DX; \
	MOVQ  DX, i(BX); \
	ROW(i)

#define LOAD \
	MOVQ 0(DI), R8; \
	MOVQ 8(DI), R9; \
	MOVQ 16(DI), R10; \
	MOVQ 24(DI), R11; \
	MOVQ 32(DI), R12; \
	MOVQ 40(DI), R13; \
	MOVQ 48(DI), R14; \
	MOVQ 56(DI), R15; \
	MOVL $0, CX; \
	MOVQ CX, zero-8(SP)

// NEXT moves on to the next block.
#define NEXT \
	ADDQ CX, CX; \
	ADCQ 64(DI), R8; \
	ADCQ 72(DI), R9; \
	ADCQ 80(DI), R10; \
	ADCQ 88(DI), R11; \
	ADCQ 96(DI), R12; \
	ADCQ 104(DI), R13; \
	ADCQ 112(DI), R14; \
	ADCQ 120(DI), R15; \
	SBBQ CX, CX; \
	ADDQ $64, DI; \
	ADDQ $64, SI

#define STORE \
	MOVQ R8, 0(DI); \
	MOVQ R9, 8(DI); \
	MOVQ R10, 16(DI); \
	MOVQ R11, 24(DI); \
	MOVQ R12, 32(DI); \
	MOVQ R13, 40(DI); \
	MOVQ R14, 48(DI); \
	MOVQ R15, 56(DI)

// func multiplyADX(t, x, y *uint64, n int)
TEXT ·multiplyADX(SB), NOSPLIT, $32-32
	MOVQ t+0(FP), DI
	MOVQ x+8(FP), SI
	MOVQ y+16(FP), BX
	MOVQ n+24(FP), AX
	SHLQ $3, AX
	MOVQ AX, size-32(SP)
	LEAQ (BX)(AX*1), CX
	MOVQ CX, yend-24(SP)
	ADDQ SI, AX
	MOVQ AX, xend-16(SP)
rows:
	LOAD
block:
	ROWS
	NEXT
	CMPQ SI, xend-16(SP)
	JNE  block
	STORE
	SUBQ size-32(SP), SI
	SUBQ size-32(SP), DI
	ADDQ $64, DI
	ADDQ $64, BX
	CMPQ BX, yend-24(SP)
	JNE  rows
	RET

// func reduceADX(t, m, u *uint64, n int, inverse uint64) uint64
TEXT ·reduceADX(SB), NOSPLIT, $40-48
	MOVQ t+0(FP), DI
	MOVQ m+8(FP), SI
	MOVQ u+16(FP), BX
	MOVQ n+24(FP), AX
	SHLQ $3, AX
	MOVQ AX, size-40(SP)
	LEAQ (DI)(AX*1), CX
	MOVQ CX, tend-32(SP)
	ADDQ SI, AX
	MOVQ AX, mend-24(SP)
	MOVQ $0, top-16(SP)       // the carry of the rows so far
rows:
	LOAD
	REDUCE(0)
	REDUCE(8)
	REDUCE(16)
	REDUCE(24)
	REDUCE(32)
	REDUCE(40)
	REDUCE(48)
	REDUCE(56)
	NEXT
block:
	ROWS
	NEXT
	CMPQ SI, mend-24(SP)
	JNE  block
	XORL AX, AX
	NEGQ CX
	ADDQ top-16(SP), R8
	ADCQ AX, R9
	ADCQ AX, R10
	ADCQ AX, R11
	ADCQ AX, R12
	ADCQ AX, R13
	ADCQ AX, R14
	ADCQ AX, R15
	ADCQ AX, CX
	MOVQ CX, top-16(SP)
	STORE
	SUBQ size-40(SP), SI
	SUBQ size-40(SP), DI
	ADDQ $64, DI
	CMPQ DI, tend-32(SP)
	JNE  rows
	MOVQ CX, ret+40(FP)
	RET

#define MASKED(off, r) \
	MOVQ off(SI), r; \
	ANDQ BX, r

#define MINUS(off, r) \
	MOVQ off(DX), AX; \
	SBBQ r, AX; \
	MOVQ AX, off(DI)

// func subtractMasked(z, x, y *uint64, n int, mask uint64)
TEXT ·subtractMasked(SB), NOSPLIT, $8-40
	MOVQ z+0(FP), DI
	MOVQ x+8(FP), DX
	MOVQ y+16(FP), SI
	MOVQ n+24(FP), AX
	MOVQ mask+32(FP), BX
	LEAQ (SI)(AX*8), AX
	MOVQ AX, end-8(SP)
	XORL CX, CX               // 0 or -1: the borrow between blocks
block:
	MASKED(0, R8)
	MASKED(8, R9)
	MASKED(16, R10)
	MASKED(24, R11)
	MASKED(32, R12)
	MASKED(40, R13)
	MASKED(48, R14)
	MASKED(56, R15)
	ADDQ CX, CX
	MINUS(0, R8)
	MINUS(8, R9)
	MINUS(16, R10)
	MINUS(24, R11)
	MINUS(32, R12)
	MINUS(40, R13)
	MINUS(48, R14)
	MINUS(56, R15)
	SBBQ CX, CX
	ADDQ $64, DI
	ADDQ $64, DX
	ADDQ $64, SI
	CMPQ SI, end-8(SP)
	JNE  block
	RET

// func lookupAVX2(z, table *uint64, n, entries int, i uint64)
TEXT ·lookupAVX2(SB), NOSPLIT, $0-40
	MOVQ z+0(FP), DI
	MOVQ table+8(FP), SI
	MOVQ n+16(FP), CX
	LEAQ (DI)(CX*8), R8       // z's end
	SHLQ $3, CX               // an entry's bytes
	VPBROADCASTQ i+32(FP), Y0
	VPCMPEQQ Y1, Y1, Y1       // -1
column:
	VPXOR Y2, Y2, Y2          // the entry's number, counted down from 0
	VPXOR Y4, Y4, Y4          // 8 limbs of the result
	VPXOR Y5, Y5, Y5
	MOVQ SI, BX
	MOVQ entries+24(FP), DX
entry:
	VPADDQ Y0, Y2, Y3         // 0 in the entry that is wanted
	VPXOR Y6, Y6, Y6
	VPCMPEQQ Y6, Y3, Y3
	VPAND 0(BX), Y3, Y6
	VPOR Y6, Y4, Y4
	VPAND 32(BX), Y3, Y6
	VPOR Y6, Y5, Y5
	VPADDQ Y1, Y2, Y2
	ADDQ CX, BX
	DECQ DX
	JNE  entry
	VMOVDQU Y4, 0(DI)
	VMOVDQU Y5, 32(DI)
	ADDQ $64, DI
	ADDQ $64, SI
	CMPQ DI, R8
	JNE  column
	VZEROUPPER
	RET
