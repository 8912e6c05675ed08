using Switchboard.Testing.Places;

namespace Switchboard.EndToEnd.Tests.BuiltIn;

/// <summary>A line of the evaluation's chat.tsv: turns of user and assistant in turn, the last of them asked now.</summary>
internal sealed record HeldOutQuestion(string Group, IReadOnlyList<string> Turns, string Must)
{
    public string Last => Turns[^1];

    public static IReadOnlyList<HeldOutQuestion> ReadAll() => [.. ReadTable("chat.tsv").Select(cells => new HeldOutQuestion(cells[0], cells[1].Split(" || "), cells[2]))];

    /// <summary>The rows of a table of the evaluation, without its header.</summary>
    public static IEnumerable<string[]> ReadTable(string name) =>
        File.ReadLines(RepositoryRoot.Combine("tools", "tiny-model", "eval", name)).Skip(1).Where(line => line.Length > 0).Select(line => line.Split('\t'));
}
