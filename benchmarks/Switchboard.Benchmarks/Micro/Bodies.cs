using Switchboard.Testing.Places;

namespace Switchboard.Benchmarks.Micro;

/// <summary>The JSON that reading and writing are measured on; <c>Bodies/README.md</c> says where it comes from.</summary>
internal static class Bodies
{
    public static byte[] ChatCompletion { get; } = Read("chat-completion.json");

    public static byte[] ChatChunk { get; } = Read("chat-chunk.json");

    public static byte[] Response { get; } = Read("response.json");

    public static byte[] ChatRequest { get; } = Read("chat-request.json");

    /// <summary>Stops a benchmark whose two sides do not do the same.</summary>
    public static void RequireSame<T>(T expected, T actual)
    {
        if (!EqualityComparer<T>.Default.Equals(expected, actual))
        {
            throw new InvalidOperationException($"The SDK has '{expected}', Protocol has '{actual}'.");
        }
    }

    private static byte[] Read(string name) =>
        File.ReadAllBytes(RepositoryRoot.Combine("benchmarks", "Switchboard.Benchmarks", "Micro", "Bodies", name));
}
