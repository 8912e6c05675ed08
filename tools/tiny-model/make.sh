#!/bin/sh
# Makes models/switchboard-tiny.gguf from nothing: tokenizer, data, training, export, evaluation.
# Usage: ./make.sh [minutes]
#        ./make.sh --from-present [minutes]     goes on from the weights and the tokenizer of that file, on the data as they are now
# The minutes are of processor time, for each of two workers. Needs Python 3 with torch, numpy and sentencepiece, and g++ (optional, for speed).
set -eu
cd "$(dirname "$0")"
present=
if [ "${1:-}" = --from-present ]; then present=yes; shift; fi
minutes="${1:-${present:+60}}"
minutes="${minutes:-95}"
model=../../models/switchboard-tiny.gguf
python="${PYTHON:-python3}"
# glibc would otherwise give memory back and fetch it again at every step, which costs more than the arithmetic.
export OMP_WAIT_POLICY=passive MALLOC_MMAP_THRESHOLD_=4294967296 MALLOC_TRIM_THRESHOLD_=17179869184 MALLOC_ARENA_MAX=1

mkdir -p build
g++ -O3 -march=native -ffast-math -mprefer-vector-width=512 -shared -fPIC kernels.cpp -o build/kernels.so || echo "no kernels: plain PyTorch, slower"
held_out=$(ls eval/chat*.tsv)
if [ -n "$present" ]; then
  $python train.py --from "$model" --minutes "$minutes" --seed 40000 --exclude $held_out
else
  $python generate.py --seed 4 --count 60000 --exclude $held_out --text build/text.txt
  $python tokenizer.py --text build/text.txt --prefix build/tokenizer --vocab 2560
  $python train.py --minutes "$minutes" --seed 20000 --exclude $held_out
fi
$python export.py --checkpoint build/final.pt --out "$model"
$python eval.py $held_out --as-q8
