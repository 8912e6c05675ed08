using System.Globalization;
using Switchboard.Engine;

namespace Switchboard.Benchmarks.Engine;

/// <summary>
/// Tokens per second of processor time of the engine, whole (scheduler, sampler and text included), and of llama.cpp on the same files
/// with the same prompts, one thread each. llama.cpp runs with and without flash attention, and its better median counts. Rounds
/// alternate. Time is the processor's, for a shared machine's clock lies.
/// </summary>
internal static class EngineBench
{
    private const int WarmUps = 2;
    private const int DecodePrompt = 8;
    private const int DecodeTokens = 240;
    private const int PrefillPrompt = 480;

    public static async Task<int> RunAsync(string[] arguments)
    {
        var folder = Folder(arguments);
        var rounds = int.Parse(Option(arguments, "--rounds") ?? "7", CultureInfo.InvariantCulture);
        var files = arguments.Where(static argument => argument.EndsWith(".gguf", StringComparison.Ordinal)).ToArray();
        if (files.Length == 0)
        {
            await Console.Error.WriteLineAsync("usage: bench engine [--llama FOLDER] [--rounds N] FILE.gguf …").ConfigureAwait(false);
            return 2;
        }

        Console.WriteLine("| model | measure | engine, tokens/CPU-s | llama.cpp, tokens/CPU-s | share |");
        Console.WriteLine("|---|---|--:|--:|--:|");
        foreach (var file in files)
        {
            await MeasureAsync(file, folder, rounds).ConfigureAwait(false);
        }

        return 0;
    }

    /// <summary>Where libllama lies: the argument, the environment, or what `npm ci` put beside benchmarks/package.json.</summary>
    private static string? Folder(string[] arguments)
    {
        var folder = Option(arguments, "--llama")
            ?? Environment.GetEnvironmentVariable("SWITCHBOARD_BENCH_LLAMA")
            ?? Path.Combine("benchmarks", "node_modules", "@node-llama-cpp", "linux-x64", "bins", "linux-x64");
        return Directory.Exists(folder) ? Path.GetFullPath(folder) : null;
    }

    private static string? Option(string[] arguments, string name) =>
        Array.IndexOf(arguments, name) is >= 0 and var at && at + 1 < arguments.Length ? arguments[at + 1] : null;

    private static async Task MeasureAsync(string file, string? folder, int rounds)
    {
        using var model = LanguageModel.Load(file);
        await using var engine = new InferenceEngine(model, new InferenceOptions { Threads = 1 });
        var length = Math.Min(model.ContextLength, 2048);
        using var flash = folder is null ? null : new LlamaCpp(folder, file, length, flash: true);
        using var plain = folder is null ? null : new LlamaCpp(folder, file, length, flash: false);
        LlamaCpp[] llama = flash is null || plain is null ? [] : [flash, plain];
        var name = Path.GetFileName(file);
        await CompareAsync($"{name} | decode, {DecodeTokens} tokens", engine, llama, Prompt(model, DecodePrompt), DecodeTokens, DecodeTokens, rounds).ConfigureAwait(false);
        await CompareAsync($"{name} | prefill, {PrefillPrompt} tokens", engine, llama, Prompt(model, PrefillPrompt), 1, PrefillPrompt, rounds).ConfigureAwait(false);
    }

    private static async Task CompareAsync(string title, InferenceEngine engine, LlamaCpp[] llama, int[] prompt, int tokens, int counted, int rounds)
    {
        var request = new GenerationRequest { Prompt = prompt, MaxTokens = tokens, IgnoreEndTokens = true, Sampling = new() { Temperature = 0 } };
        var ours = new List<double>();
        var theirs = llama.Select(static _ => new List<double>()).ToArray();

        // The first rounds let the just-in-time compiler finish and count for nobody.
        for (var round = -WarmUps; round < rounds; round++)
        {
            var start = Environment.CpuUsage.TotalTime;
            await foreach (var _ in engine.Start(request, CancellationToken.None).ReadAllAsync().ConfigureAwait(false))
            {
            }

            Note(ours, round, counted, start);
            for (var i = 0; i < llama.Length; i++)
            {
                start = Environment.CpuUsage.TotalTime;
                _ = llama[i].Generate(prompt, tokens);
                Note(theirs[i], round, counted, start);
            }
        }

        var (engineSpeed, llamaSpeed) = (Median(ours), theirs.Select(Median).DefaultIfEmpty(double.NaN).Max());
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {title} | {engineSpeed:F0} | {llamaSpeed:F0} | {engineSpeed / llamaSpeed:P0} |"));
    }

    private static void Note(List<double> speeds, int round, int counted, TimeSpan start)
    {
        if (round >= 0)
        {
            speeds.Add(counted / (Environment.CpuUsage.TotalTime - start).TotalSeconds);
        }
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
