using System.Text.Json;
using System.Collections;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Switchboard.Client.StructuredOutputs;
using Switchboard.Protocol.Chat;
using Switchboard.Protocol.Json;
using Switchboard.Protocol.Responses;
using Switchboard.Protocol.Shared;

namespace Switchboard.Client.Tools;

/// <summary>The tools that a model may call, by name, and how their calls are run.</summary>
/// <remarks>Add all tools first; then it may be used by several threads.</remarks>
/// <example><code>
/// var tools = new ToolSet
/// {
///     { "get_weather", "The weather of a city.", (string city) => weather.Of(city), MyContext.Default.Options },
/// };
/// </code></example>
public sealed class ToolSet : IEnumerable<string>
{
    private readonly Dictionary<string, Tool> _tools = new(StringComparer.Ordinal);

    /// <summary>How many tools there are.</summary>
    public int Count => _tools.Count;

    /// <summary>The tools as a chat completion takes them.</summary>
    public IReadOnlyList<ChatTool> ChatTools => [.. _tools.Values.Select(ForChat)];

    /// <summary>The tools as a response takes them.</summary>
    public IReadOnlyList<ResponseTool> ResponseTools => [.. _tools.Values.Select(ForResponse)];

    /// <summary>The first tool that needs approval, or null.</summary>
    internal string? NeedingApproval => _tools.Values.FirstOrDefault(tool => tool.NeedsApproval)?.Name;

    /// <summary>Adds a function.</summary>
    /// <param name="function">The function, with its name, description and schema; one in an <see cref="ApprovalRequiredAIFunction"/> is only called after <see cref="ToolLoopOptions.BeforeCall"/>.</param>
    /// <param name="strict">
    /// Whether the model is held to the schema of the arguments. By default it is for functions made of .NET methods; true makes any schema strict,
    /// the optional properties nullable.
    /// </param>
    /// <exception cref="ArgumentException">The name is taken or none that the API takes, or no strict schema can say the arguments.</exception>
    public void Add(AIFunction function, bool? strict = null)
    {
        ArgumentNullException.ThrowIfNull(function);
        Add(FunctionAdapter.Of(function, strict));
    }

    /// <summary>Adds a .NET delegate; its parameters and their <see cref="System.ComponentModel.DescriptionAttribute"/>s make the schema, a <see cref="CancellationToken"/> is handed through.</summary>
    /// <param name="name">The tool's name: 1 to 64 letters, digits, <c>_</c> and <c>-</c>.</param>
    /// <param name="description">What the tool does, for the model.</param>
    /// <param name="handler">What runs: its result goes to the model, texts as they are, all else as JSON.</param>
    /// <param name="serializerOptions">How parameters and result are read and written, from a source-generated context that knows their types.</param>
    /// <exception cref="ArgumentException">The name is taken or none that the API takes, or no strict schema can say the parameters.</exception>
    public void Add(string name, string? description, Delegate handler, JsonSerializerOptions serializerOptions)
    {
        ArgumentNullException.ThrowIfNull(handler);
        ArgumentNullException.ThrowIfNull(serializerOptions);
        Add(AIFunctionFactory.Create(handler, new AIFunctionFactoryOptions
        {
            Name = WireName.Check(name, nameof(name)),
            Description = description,
            SerializerOptions = serializerOptions,
            JsonSchemaCreateOptions = TypeSchema.Options,
            ExcludeResultSchema = true,
        }));
    }

    /// <summary>Adds a function with a schema and a handler of your own.</summary>
    /// <param name="name">The tool's name: 1 to 64 letters, digits, <c>_</c> and <c>-</c>.</param>
    /// <param name="description">What the tool does, for the model.</param>
    /// <param name="parameters">The JSON schema of the arguments, an object.</param>
    /// <param name="handler">Gets the arguments as the model wrote them, which may be no valid JSON; returns what the model is told.</param>
    /// <param name="strict">The model is held to the schema, which is made strict: its optional properties become nullable.</param>
    /// <exception cref="ArgumentException">The name is taken or none that the API takes, or the schema cannot be strict.</exception>
    public void Add(string name, string? description, RawJson parameters, Func<string, CancellationToken, ValueTask<string>> handler, bool strict = false)
    {
        ArgumentNullException.ThrowIfNull(handler);
        Add(new Tool(WireName.Check(name, nameof(name)), description, handler)
        {
            Parameters = strict ? StrictSchema.Of(JsonNode.Parse(parameters.Utf8.Span), $"the tool '{name}'", nullableOptionals: true, out _) : parameters,
            IsStrict = strict,
        });
    }

    /// <summary>Adds a custom tool, whose input is text of any form.</summary>
    /// <param name="name">The tool's name: 1 to 64 letters, digits, <c>_</c> and <c>-</c>.</param>
    /// <param name="description">What the tool does and what it wants to read, for the model.</param>
    /// <param name="handler">Gets the text, returns what the model is told.</param>
    /// <exception cref="ArgumentException">The name is taken or none that the API takes.</exception>
    public void AddCustom(string name, string? description, Func<string, CancellationToken, ValueTask<string>> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        Add(new Tool(WireName.Check(name, nameof(name)), description, handler) { IsCustom = true });
    }

    /// <summary>Whether there is a tool of that name.</summary>
    public bool Contains(string name) => _tools.ContainsKey(name);

    /// <summary>Runs calls, several at a time; what goes wrong in a tool becomes a result that tells the model.</summary>
    /// <param name="calls">The calls.</param>
    /// <param name="options">How they are run; its limits of rounds and calls do not matter here.</param>
    /// <param name="cancellationToken">Cancels the calls that run, and the whole.</param>
    /// <returns>The results in the order of the calls.</returns>
    public async Task<IReadOnlyList<ToolResult>> InvokeAsync(
        IReadOnlyList<ToolCall> calls, ToolLoopOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(calls);
        options ??= ToolLoopOptions.Default;
        var results = new ToolResult[calls.Count];
        var runner = new ToolCallRunner(options, [.. _tools.Keys]);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = options.MaxParallelCalls, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, calls.Count, parallel, async (i, token) =>
        {
            results[i] = await runner.RunAsync(_tools.GetValueOrDefault(calls[i].Name), calls[i], token).ConfigureAwait(false);
        }).ConfigureAwait(false);
        return results;
    }

    /// <summary>The names of the tools.</summary>
    public IEnumerator<string> GetEnumerator() => _tools.Keys.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static ChatTool ForChat(Tool tool) => tool.IsCustom
        ? new ChatCustomTool(new ChatCustomToolDefinition(tool.Name) { Description = tool.Description })
        : new ChatFunctionTool(new FunctionDefinition(tool.Name) { Description = tool.Description, Parameters = tool.Parameters, Strict = tool.IsStrict });

    private static ResponseTool ForResponse(Tool tool) => tool.IsCustom
        ? new CustomTool(tool.Name) { Description = tool.Description }
        : new FunctionTool(tool.Name) { Description = tool.Description, Parameters = tool.Parameters, Strict = tool.IsStrict };

    private void Add(Tool tool)
    {
        if (!_tools.TryAdd(tool.Name, tool))
        {
            throw new ArgumentException($"There is a tool named '{tool.Name}' already.");
        }
    }
}
