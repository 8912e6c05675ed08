// The parts of a training step that PyTorch does in many small passes on a CPU, each in one pass:
// rotary attention, RMS norm and SwiGLU, forward and backward. Optional: without them model.py uses plain PyTorch.
// Build: g++ -O3 -march=native -ffast-math -mprefer-vector-width=512 -shared -fPIC kernels.cpp -o build/kernels.so
#include <cmath>
#include <cstdint>
#include <cstring>
#include <vector>

using bf16 = uint16_t;
constexpr int D = 32;  // head size
constexpr int R = 4;   // query rows taken together, so that keys and values are read once for four
typedef float v16 __attribute__((vector_size(64), aligned(4)));

static inline v16& at(float* p) { return *reinterpret_cast<v16*>(p); }
static inline v16 at(const float* p) { return *reinterpret_cast<const v16*>(p); }

static inline float up(bf16 x) {
    uint32_t u = uint32_t(x) << 16;
    float f;
    std::memcpy(&f, &u, 4);
    return f;
}

static inline bf16 down(float f) {  // round to nearest even
    uint32_t u;
    std::memcpy(&u, &f, 4);
    return bf16((u + 0x7fff + ((u >> 16) & 1)) >> 16);
}

static inline float* scratch(size_t n, int slot) {
    static thread_local std::vector<float> pools[16];
    if (pools[slot].size() < n) pools[slot].resize(n);
    return pools[slot].data();
}

// One head's rows, turned by position: rows[t][D].
static void load_rotated(const bf16* from, int stride, int T, const float* cos, const float* sin, float* rows, float scale) {
    for (int t = 0; t < T; t++)
        for (int p = 0; p < D / 2; p++) {
            float a = up(from[t * stride + 2 * p]), b = up(from[t * stride + 2 * p + 1]);
            float c = cos[t * (D / 2) + p] * scale, s = sin[t * (D / 2) + p] * scale;
            rows[t * D + 2 * p] = a * c - b * s;
            rows[t * D + 2 * p + 1] = a * s + b * c;
        }
}

static void store_unrotated(const float* rows, int T, const float* cos, const float* sin, bf16* to, int stride, float scale) {
    for (int t = 0; t < T; t++)
        for (int p = 0; p < D / 2; p++) {
            float a = rows[t * D + 2 * p], b = rows[t * D + 2 * p + 1];
            float c = cos[t * (D / 2) + p] * scale, s = sin[t * (D / 2) + p] * scale;
            to[t * stride + 2 * p] = down(a * c + b * s);
            to[t * stride + 2 * p + 1] = down(b * c - a * s);
        }
}

static void transpose(const float* rows, int T, int W, float* columns) {
    for (int t = 0; t < T; t++)
        for (int d = 0; d < D; d++) columns[d * W + t] = rows[t * D + d];
}

// out[r][j] = sum over d of x[r][d] * columns[d][j], for R rows and 32 columns at a time.
static inline void dots(const float* x, const float* columns, int W, int n, float* out) {
    for (int j = 0; j < n; j += 32) {
        v16 acc[R][2] = {};
        for (int d = 0; d < D; d++) {
            v16 a = at(columns + d * W + j), b = at(columns + d * W + j + 16);
            for (int r = 0; r < R; r++) {
                acc[r][0] += x[r * D + d] * a;
                acc[r][1] += x[r * D + d] * b;
            }
        }
        for (int r = 0; r < R; r++) {
            at(out + r * W + j) = acc[r][0];
            at(out + r * W + j + 16) = acc[r][1];
        }
    }
}

extern "C" void attention_forward(const bf16* qkv, const float* cos, const float* sin, bf16* out, float* lse, int B, int T, int H, int KV) {
    int stride = (H + 2 * KV) * D, W = (T + 31) / 32 * 32, group = H / KV;
    float *k = scratch(T * D, 0), *kt = scratch(W * D, 1), *v = scratch(T * D, 2), *q = scratch((T + R) * D, 3), *p = scratch(R * W, 4);
    for (int b = 0; b < B; b++)
        for (int g = 0; g < KV; g++) {
            const bf16* base = qkv + size_t(b) * T * stride;
            load_rotated(base + (H + g) * D, stride, T, cos, sin, k, 1.0f);
            std::memset(kt, 0, sizeof(float) * W * D);
            transpose(k, T, W, kt);
            for (int t = 0; t < T; t++)
                for (int d = 0; d < D; d++) v[t * D + d] = up(base[t * stride + (H + KV + g) * D + d]);
            for (int h = g * group; h < (g + 1) * group; h++) {
                load_rotated(base + h * D, stride, T, cos, sin, q, 1.0f / std::sqrt(float(D)));
                for (int i = 0; i < T; i += R) {
                    int rows = T - i < R ? T - i : R, n = i + rows;
                    dots(q + i * D, kt, W, n, p);
                    float inverse[R];
                    for (int r = 0; r < R; r++) {
                        float *s = p + r * W, top = s[0], total = 0;
                        int m = r < rows ? i + r + 1 : n;
                        for (int j = 0; j < m; j++) top = s[j] > top ? s[j] : top;
                        for (int j = 0; j < m; j++) {
                            s[j] = expf(s[j] - top);
                            total += s[j];
                        }
                        for (int j = m; j < n; j++) s[j] = 0;
                        inverse[r] = 1.0f / total;
                        if (r < rows) lse[(size_t(b) * H + h) * T + i + r] = top + logf(total);
                    }
                    v16 y[R][2] = {};
                    for (int j = 0; j < n; j++) {
                        v16 a = at(v + j * D), c = at(v + j * D + 16);
                        for (int r = 0; r < R; r++) {
                            y[r][0] += p[r * W + j] * a;
                            y[r][1] += p[r * W + j] * c;
                        }
                    }
                    for (int r = 0; r < rows; r++)
                        for (int d = 0; d < D; d++) out[(size_t(b) * T + i + r) * H * D + h * D + d] = down(y[r][d / 16][d % 16] * inverse[r]);
                }
            }
        }
}

extern "C" void attention_backward(const bf16* qkv, const float* cos, const float* sin, const bf16* out, const float* lse, const bf16* grad, bf16* dqkv,
                                   int B, int T, int H, int KV) {
    int stride = (H + 2 * KV) * D, W = (T + 31) / 32 * 32, group = H / KV;
    float *k = scratch(T * D, 0), *kt = scratch(W * D, 1), *v = scratch(T * D, 2), *q = scratch((T + R) * D, 3), *p = scratch(R * W, 4);
    float *vt = scratch(W * D, 5), *dk = scratch(T * D, 6), *dv = scratch(T * D, 7), *dq = scratch(T * D, 8), *ds = scratch(R * W, 9);
    const float scale = 1.0f / std::sqrt(float(D));
    for (int b = 0; b < B; b++)
        for (int g = 0; g < KV; g++) {
            const bf16* base = qkv + size_t(b) * T * stride;
            bf16* dbase = dqkv + size_t(b) * T * stride;
            load_rotated(base + (H + g) * D, stride, T, cos, sin, k, 1.0f);
            for (int t = 0; t < T; t++)
                for (int d = 0; d < D; d++) v[t * D + d] = up(base[t * stride + (H + KV + g) * D + d]);
            std::memset(kt, 0, sizeof(float) * W * D);
            std::memset(vt, 0, sizeof(float) * W * D);
            transpose(k, T, W, kt);
            transpose(v, T, W, vt);
            std::memset(dk, 0, sizeof(float) * T * D);
            std::memset(dv, 0, sizeof(float) * T * D);
            for (int h = g * group; h < (g + 1) * group; h++) {
                load_rotated(base + h * D, stride, T, cos, sin, q, scale);
                for (int i = 0; i < T; i += R) {
                    int rows = T - i < R ? T - i : R, n = i + rows;
                    float dy[R * D] = {}, delta[R] = {};
                    for (int r = 0; r < rows; r++)
                        for (int d = 0; d < D; d++) {
                            size_t here = (size_t(b) * T + i + r) * H * D + h * D + d;
                            dy[r * D + d] = up(grad[here]);
                            delta[r] += dy[r * D + d] * up(out[here]);
                        }
                    dots(q + i * D, kt, W, n, p);
                    dots(dy, vt, W, n, ds);
                    for (int r = 0; r < R; r++) {
                        float *s = p + r * W, *w = ds + r * W;
                        int m = r < rows ? i + r + 1 : 0;
                        float top = m ? lse[(size_t(b) * H + h) * T + i + r] : 0;
                        for (int j = 0; j < m; j++) {
                            s[j] = expf(s[j] - top);
                            w[j] = s[j] * (w[j] - delta[r]);
                        }
                        for (int j = m; j < n; j++) s[j] = w[j] = 0;
                    }
                    v16 a[R][2] = {};
                    for (int half = 0; half < 2; half++) {
                        v16 qi[R], di[R];
                        for (int r = 0; r < R; r++) {
                            qi[r] = at(q + (i + r) * D + 16 * half);
                            di[r] = at(dy + r * D + 16 * half);
                        }
                        for (int j = 0; j < n; j++) {
                            v16 key = at(k + j * D + 16 * half), gk = at(dk + j * D + 16 * half), gv = at(dv + j * D + 16 * half);
                            for (int r = 0; r < R; r++) {
                                float w = ds[r * W + j], u = p[r * W + j];
                                a[r][half] += w * key;
                                gk += w * qi[r];
                                gv += u * di[r];
                            }
                            at(dk + j * D + 16 * half) = gk;
                            at(dv + j * D + 16 * half) = gv;
                        }
                    }
                    for (int r = 0; r < rows; r++)
                        for (int half = 0; half < 2; half++) at(dq + (i + r) * D + 16 * half) = a[r][half];
                }
                store_unrotated(dq, T, cos, sin, dbase + h * D, stride, scale);
            }
            store_unrotated(dk, T, cos, sin, dbase + (H + g) * D, stride, 1.0f);
            for (int t = 0; t < T; t++)
                for (int d = 0; d < D; d++) dbase[t * stride + (H + KV + g) * D + d] = down(dv[t * D + d]);
        }
}

extern "C" void norm_forward(const float* x, const float* w, bf16* y, float* scale, int N, int C, float eps) {
    for (int i = 0; i < N; i++) {
        const float* r = x + size_t(i) * C;
        float sum = 0;
        for (int c = 0; c < C; c++) sum += r[c] * r[c];
        float s = scale[i] = 1.0f / std::sqrt(sum / C + eps);
        for (int c = 0; c < C; c++) y[size_t(i) * C + c] = down(r[c] * s * w[c]);
    }
}

extern "C" void norm_backward(const float* x, const float* w, const float* scale, const bf16* dy, float* dx, float* dw, int N, int C) {
    for (int i = 0; i < N; i++) {
        const float* r = x + size_t(i) * C;
        const bf16* g = dy + size_t(i) * C;
        float s = scale[i], dot = 0;
        for (int c = 0; c < C; c++) dot += up(g[c]) * w[c] * r[c];
        float m = dot * s * s * s / C;
        for (int c = 0; c < C; c++) {
            float u = up(g[c]);
            dw[c] += u * r[c] * s;
            dx[size_t(i) * C + c] = u * w[c] * s - r[c] * m;
        }
    }
}

extern "C" void swiglu_forward(const bf16* x, bf16* y, int N, int F) {
    for (int i = 0; i < N; i++) {
        const bf16 *g = x + size_t(i) * 2 * F, *u = g + F;
        for (int c = 0; c < F; c++) {
            float a = up(g[c]);
            y[size_t(i) * F + c] = down(a / (1.0f + expf(-a)) * up(u[c]));
        }
    }
}

extern "C" void swiglu_backward(const bf16* x, const bf16* dy, bf16* dx, int N, int F) {
    for (int i = 0; i < N; i++) {
        const bf16 *g = x + size_t(i) * 2 * F, *u = g + F, *d = dy + size_t(i) * F;
        bf16 *dg = dx + size_t(i) * 2 * F, *du = dg + F;
        for (int c = 0; c < F; c++) {
            float a = up(g[c]), b = up(u[c]), e = up(d[c]);
            float s = 1.0f / (1.0f + expf(-a));
            du[c] = down(e * a * s);
            dg[c] = down(e * b * (s + a * s * (1.0f - s)));
        }
    }
}
