using System.Runtime.InteropServices;
using System.Text;

namespace Switchboard.Benchmarks.Engine;

/// <summary>
/// llama.cpp's natives, version 0.5.0 as in the npm package @node-llama-cpp/linux-x64 3.22.1. The layouts of its structures drift from
/// release to release: they are not modelled, only the few fields that are set are known, and checked by their default values.
/// </summary>
internal sealed unsafe class LlamaCpp : IDisposable
{
    private const string Version = "v0.5.0";

    private readonly nint _library;
    private readonly nint _model;
    private readonly nint _context;
    private readonly nint _sampler;
    private readonly delegate* unmanaged<nint, Batch, int> _decode;

    /// <param name="folder">Where the libraries lie.</param>
    /// <param name="modelPath">A GGUF file.</param>
    /// <param name="contextLength">The length of the context.</param>
    /// <param name="flash">Its default, flash attention and 16-bit keys; or neither, which decodes a tiny model twice as fast on a CPU.</param>
    public LlamaCpp(string folder, string modelPath, int contextLength, bool flash)
    {
        var ggml = NativeLibrary.Load(Path.Combine(folder, $"libggml.{Version}.so"));
        _library = NativeLibrary.Load(Path.Combine(folder, $"libllama.{Version}.so"));
        ((delegate* unmanaged<delegate* unmanaged<int, byte*, void*, void>, void*, void>)Find("llama_log_set"))(&Ignore, null);
        fixed (byte* path = Utf8(folder))
        {
            ((delegate* unmanaged<byte*, void>)NativeLibrary.GetExport(ggml, "ggml_backend_load_all_from_path"))(path);
        }

        ((delegate* unmanaged<void>)Find("llama_backend_init"))();
        _model = LoadModel(modelPath);
        _context = CreateContext(contextLength, flash);
        _sampler = ((delegate* unmanaged<nint>)Find("llama_sampler_init_greedy"))();
        _decode = (delegate* unmanaged<nint, Batch, int>)Find("llama_decode");
    }

    /// <summary>Reads a prompt into an empty context and continues it greedily; end tokens are taken as text.</summary>
    public List<int> Generate(ReadOnlySpan<int> prompt, int tokens)
    {
        ((delegate* unmanaged<nint, byte, void>)Find("llama_memory_clear"))(((delegate* unmanaged<nint, nint>)Find("llama_get_memory"))(_context), 0);
        var sample = (delegate* unmanaged<nint, nint, int, int>)Find("llama_sampler_sample");
        Decode(prompt);
        var result = new List<int>(tokens);
        while (true)
        {
            var token = sample(_sampler, _context, -1);
            result.Add(token);
            if (result.Count == tokens)
            {
                return result;
            }

            Decode([token]);
        }
    }

    public void Dispose()
    {
        ((delegate* unmanaged<nint, void>)Find("llama_sampler_free"))(_sampler);
        ((delegate* unmanaged<nint, void>)Find("llama_free"))(_context);
        ((delegate* unmanaged<nint, void>)Find("llama_model_free"))(_model);
    }

    [UnmanagedCallersOnly]
    private static void Ignore(int level, byte* text, void* user)
    {
    }

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text + '\0');

    private static void Expect(string field, long expected, long actual)
    {
        if (expected != actual)
        {
            throw new InvalidOperationException($"llama.cpp's default of {field} is {actual}, not {expected}: this is another version than {Version}.");
        }
    }

    private nint Find(string name) => NativeLibrary.GetExport(_library, name);

    private nint LoadModel(string path)
    {
        var parameters = ((delegate* unmanaged<Parameters>)Find("llama_model_default_params"))();
        Expect("n_gpu_layers", -1, parameters.Integer(16));
        fixed (byte* pointer = Utf8(path))
        {
            var model = ((delegate* unmanaged<byte*, Parameters, nint>)Find("llama_model_load_from_file"))(pointer, parameters);
            return model != 0 ? model : throw new InvalidOperationException($"llama.cpp cannot load {path}.");
        }
    }

    private nint CreateContext(int length, bool flash)
    {
        var parameters = ((delegate* unmanaged<Parameters>)Find("llama_context_default_params"))();
        Expect("n_ctx", 512, parameters.Integer(0));
        Expect("n_batch", 2048, parameters.Integer(4));
        Expect("n_threads", 4, parameters.Integer(28));
        Expect("n_threads_batch", 4, parameters.Integer(32));
        Expect("flash_attn_type", -1, parameters.Integer(52));
        Expect("type_k", 1, parameters.Integer(104));
        Expect("type_v", 1, parameters.Integer(108));
        parameters.Integer(0) = length;
        parameters.Integer(28) = 1;
        parameters.Integer(32) = 1;

        if (!flash)
        {
            parameters.Integer(52) = 0;
            parameters.Integer(104) = 0;
            parameters.Integer(108) = 0;
        }

        var context = ((delegate* unmanaged<nint, Parameters, nint>)Find("llama_init_from_model"))(_model, parameters);
        return context != 0 ? context : throw new InvalidOperationException("llama.cpp cannot make a context.");
    }

    private void Decode(ReadOnlySpan<int> tokens)
    {
        fixed (int* pointer = tokens)
        {
            var batch = new Batch { Count = tokens.Length, Tokens = pointer };
            if (_decode(_context, batch) is not 0 and var code)
            {
                throw new InvalidOperationException($"llama_decode returned {code}.");
            }
        }
    }

    /// <summary>As llama_batch_get_one makes it: five more pointers are null, positions and sequence follow from the context.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 56)]
    private struct Batch
    {
        public int Count;
        public int* Tokens;
    }

    /// <summary>A structure that is passed on as it came; larger than any of theirs.</summary>
    private struct Parameters
    {
        private fixed byte _bytes[512];

        [System.Diagnostics.CodeAnalysis.UnscopedRef]
        public ref int Integer(int offset) => ref System.Runtime.CompilerServices.Unsafe.As<byte, int>(ref _bytes[offset]);
    }
}
