#!/bin/sh
# Makes models/switchboard-tiny.gguf from nothing: tokenizer, data, training, export, evaluation.
# Usage: ./make.sh [minutes]     Needs Python 3 with torch, numpy and sentencepiece, and g++ (optional, for speed).
set -eu
cd "$(dirname "$0")"
minutes="${1:-95}"
python="${PYTHON:-python3}"
# glibc would otherwise give memory back and fetch it again at every step, which costs more than the arithmetic.
export OMP_WAIT_POLICY=passive MALLOC_MMAP_THRESHOLD_=4294967296 MALLOC_TRIM_THRESHOLD_=17179869184 MALLOC_ARENA_MAX=1

mkdir -p build
g++ -O3 -march=native -ffast-math -mprefer-vector-width=512 -shared -fPIC kernels.cpp -o build/kernels.so || echo "no kernels: plain PyTorch, slower"
held_out=$(ls eval/chat*.tsv)
$python generate.py --seed 4 --count 60000 --exclude $held_out --text build/text.txt
$python tokenizer.py --text build/text.txt --prefix build/tokenizer --vocab 2560
$python train.py --minutes "$minutes" --seed 20000 --exclude $held_out
$python export.py --checkpoint build/final.pt --out ../../models/switchboard-tiny.gguf
$python eval.py $held_out --as-q8
