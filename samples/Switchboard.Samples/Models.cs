namespace Switchboard.Samples;

/// <summary>The models that samples ask. Another one answers where the environment names it, such as <c>CHAT_MODEL=switchboard-tiny</c>.</summary>
internal static class Models
{
    public static string Chat { get; } = Environment.GetEnvironmentVariable("CHAT_MODEL") ?? "gpt-4o-mini";

    public static string Embedding { get; } = Environment.GetEnvironmentVariable("EMBEDDING_MODEL") ?? "text-embedding-3-small";
}
