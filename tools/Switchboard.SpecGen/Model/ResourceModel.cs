using Switchboard.SpecGen.Passes;

namespace Switchboard.SpecGen.Model;

/// <summary>A class of the client: the operations of one resource, and the resources under it.</summary>
internal sealed class ResourceModel(IReadOnlyList<string> path)
{
    /// <summary>The properties that lead to it from the client.</summary>
    public IReadOnlyList<string> Path { get; } = path;

    public string Name => Path[^1];

    /// <summary>How a program writes it after the client: <c>Chat.Completions</c>.</summary>
    public string Accessor => string.Join('.', Path);

    /// <summary>What it and the types of its parameters are called by; the administration's have no word for it.</summary>
    public IEnumerable<string> Stem => Path is ["Admin", _, ..] ? Path.Skip(1) : Path;

    public string ClassName => string.Concat(Stem.SkipLast(1).Select(Words.Singular)) + Name + "Client";

    /// <summary>Folder and last part of the namespace.</summary>
    public string Group { get; set; } = "";

    public List<ResourceModel> Children { get; } = [];

    public List<CallModel> Calls { get; } = [];
}

/// <summary>An operation as a method of a resource.</summary>
/// <param name="Operation">The operation.</param>
/// <param name="Name">The method's name, without <c>Async</c>.</param>
/// <param name="QueryName">The type of its query parameters; null without any.</param>
internal sealed record CallModel(OperationModel Operation, string Name, string? QueryName)
{
    /// <summary>The name of the method that gives the answer as a stream.</summary>
    public string StreamName => Name == "Create" ? "Stream" : "Stream" + Name;

    /// <summary>The name of the method that gives the items of every page.</summary>
    public string AllName => Name + "All";

    /// <summary>One type stands for the JSON body and for the form.</summary>
    public bool HasOneBodyType => Operation is { Request: { } request, Form: { } form } && request.Type.Signature == form.Type.Signature;

    /// <summary>The names of all its methods in C#.</summary>
    public IEnumerable<string> Methods =>
        new[] { Name, Operation.StreamEvent is null ? null : StreamName, Operation.Pagination == Pagination.None ? null : AllName }
            .OfType<string>().Select(name => name + "Async");
}
