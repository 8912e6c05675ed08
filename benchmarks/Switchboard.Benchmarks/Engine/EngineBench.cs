using System.Globalization;
using Switchboard.Engine;

namespace Switchboard.Benchmarks.Engine;

/// <summary>
/// Tokens per second of processor time of the engine, whole (scheduler, sampler and text included), and of llama.cpp on the same files
/// with the same prompts, one thread each. Rounds alternate; medians count. Time is the processor's, for a shared machine's clock lies.
/// </summary>
internal static class EngineBench
{
    private const int Rounds = 7;
    private const int DecodePrompt = 8;
    private const int DecodeTokens = 240;
    private const int PrefillPrompt = 480;

    public static async Task<int> RunAsync(string[] arguments)
    {
        var folder = Folder(arguments);
        var files = arguments.Where(static argument => argument.EndsWith(".gguf", StringComparison.Ordinal)).ToArray();
        if (files.Length == 0)
        {
            await Console.Error.WriteLineAsync("usage: bench engine [--llama FOLDER] FILE.gguf …").ConfigureAwait(false);
            return 2;
        }

        Console.WriteLine("| model | measure | engine, tokens/CPU-s | llama.cpp, tokens/CPU-s | share |");
        Console.WriteLine("|---|---|--:|--:|--:|");
        foreach (var file in files)
        {
            await MeasureAsync(file, folder).ConfigureAwait(false);
        }

        return 0;
    }

    /// <summary>Where libllama lies: the argument, the environment, or what `npm ci` put beside benchmarks/package.json.</summary>
    private static string? Folder(string[] arguments)
    {
        var at = Array.IndexOf(arguments, "--llama");
        var folder = at >= 0 && at + 1 < arguments.Length ? arguments[at + 1]
            : Environment.GetEnvironmentVariable("SWITCHBOARD_BENCH_LLAMA")
            ?? Path.Combine("benchmarks", "node_modules", "@node-llama-cpp", "linux-x64", "bins", "linux-x64");
        return Directory.Exists(folder) ? Path.GetFullPath(folder) : null;
    }

    private static async Task MeasureAsync(string file, string? folder)
    {
        using var model = LanguageModel.Load(file);
        await using var engine = new InferenceEngine(model, new InferenceOptions { Threads = 1 });
        using var llama = folder is null ? null : new LlamaCpp(folder, file, Math.Min(model.ContextLength, 2048));
        var name = Path.GetFileName(file);
        await CompareAsync($"{name} | decode, {DecodeTokens} tokens", engine, llama, Prompt(model, DecodePrompt), DecodeTokens, DecodeTokens).ConfigureAwait(false);
        await CompareAsync($"{name} | prefill, {PrefillPrompt} tokens", engine, llama, Prompt(model, PrefillPrompt), 1, PrefillPrompt).ConfigureAwait(false);
    }

    private static async Task CompareAsync(string title, InferenceEngine engine, LlamaCpp? llama, int[] prompt, int tokens, int counted)
    {
        var request = new GenerationRequest { Prompt = prompt, MaxTokens = tokens, IgnoreEndTokens = true, Sampling = new() { Temperature = 0 } };
        var (ours, theirs) = (new List<double>(), new List<double>());

        // The first rounds let the just-in-time compiler finish and count for neither.
        for (var round = -3; round < Rounds; round++)
        {
            var start = Environment.CpuUsage.TotalTime;
            await foreach (var _ in engine.Start(request, CancellationToken.None).ReadAllAsync().ConfigureAwait(false))
            {
            }

            var middle = Environment.CpuUsage.TotalTime;
            _ = llama?.Generate(prompt, tokens);
            var end = Environment.CpuUsage.TotalTime;
            if (round >= 0)
            {
                ours.Add(counted / (middle - start).TotalSeconds);
                theirs.Add(counted / (end - middle).TotalSeconds);
            }
        }

        var (a, b) = (Median(ours), Median(theirs));
        Console.WriteLine(llama is null
            ? string.Create(CultureInfo.InvariantCulture, $"| {title} | {a:F0} | not there | |")
            : string.Create(CultureInfo.InvariantCulture, $"| {title} | {a:F0} | {b:F0} | {a / b:P0} |"));
    }

    private static double Median(List<double> values)
    {
        values.Sort();
        return values[values.Count / 2];
    }

    private static int[] Prompt(LanguageModel model, int length)
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, Math.Min(length, model.ContextLength - 2)).Select(_ => random.Next(model.VocabularySize / 2, model.VocabularySize))];
    }
}
