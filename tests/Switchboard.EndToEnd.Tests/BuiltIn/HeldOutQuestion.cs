using Switchboard.Testing.Places;

namespace Switchboard.EndToEnd.Tests.BuiltIn;

/// <summary>A line of the evaluation's chat files: turns of user and assistant in turn, the last of them asked now.</summary>
internal sealed record HeldOutQuestion(string Group, IReadOnlyList<string> Turns, string Must)
{
    public string Last => Turns[^1];

    /// <summary>The files with questions to the chat model, in the folder of the evaluation.</summary>
    public static IReadOnlyList<string> Files { get; } = ["chat.tsv", "chat-product.tsv"];

    public static IReadOnlyList<HeldOutQuestion> ReadAll() =>
        [.. Files.SelectMany(ReadTable).Select(cells => new HeldOutQuestion(cells[0], cells[1].Split(" || "), cells[2]))];

    /// <summary>The rows of a table of the evaluation, without its header.</summary>
    public static IEnumerable<string[]> ReadTable(string name) =>
        File.ReadLines(RepositoryRoot.Combine("tools", "tiny-model", "eval", name)).Skip(1).Where(line => line.Length > 0).Select(line => line.Split('\t'));
}
