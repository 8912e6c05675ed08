using System.Text;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Providers;
using Switchboard.Server;

namespace Switchboard.Cli.Serving;

/// <summary>What is printed once the server listens: where, which models answer, a line to paste, what to do next.</summary>
/// <param name="urls">Where it listens.</param>
/// <param name="configuration">The configuration in force.</param>
/// <param name="localModels">The models of the providers in this process.</param>
/// <param name="isOpen">Nobody is asked for a key.</param>
internal sealed class Banner(IEnumerable<string> urls, GatewayConfiguration configuration, IReadOnlyList<ModelDescription> localModels, bool isOpen)
{
    /// <summary>The whole text; its first lines are <c>Listening on …</c>, one an address.</summary>
    public string Text
    {
        get
        {
            var text = new StringBuilder();
            foreach (var url in urls)
            {
                text.AppendLine($"Listening on {url}");
            }

            text.AppendLine();
            text.AppendLine($"Switchboard {ProductVersion.Text}: an OpenAI-compatible API at {BaseUrl} ({(isOpen ? "any key will do" : "it asks for a key")}).");
            text.AppendLine();
            AppendModels(text);
            AppendExample(text);
            text.AppendLine("Another provider: OPENAI_API_KEY=sk-... ./up, or a row in switchboard.yaml for Ollama, vLLM, llama.cpp and others.");
            if (configuration.Server.Console)
            {
                text.AppendLine($"Console: {BaseUrl[..^3]}/console/");
            }

            text.AppendLine($"Documentation: README.md and docs/, or {BaseUrl[..^3]} in a browser. Ctrl-C stops.");
            return text.ToString();
        }
    }

    // [::] and 0.0.0.0 are addresses to listen on, not to call.
    private string BaseUrl => $"{urls.First().Replace("[::]", "127.0.0.1", StringComparison.Ordinal).Replace("0.0.0.0", "127.0.0.1", StringComparison.Ordinal)}/v1";

    private void AppendModels(StringBuilder text)
    {
        var rows = localModels.Select(model => (Name: model.Id, About: model.Description ?? model.OwnedBy))
            .Concat(configuration.Models.Keys.Select(name => (Name: name, About: "of your models: table")))
            .Concat(configuration.Providers.Where(provider => provider.Value.Type != "local").Select(provider =>
                (Name: $"{provider.Key}/<model>", About: $"every model of {provider.Value}, also under its own name")))
            .ToArray();
        var width = rows.Select(row => row.Name.Length).DefaultIfEmpty().Max();
        text.AppendLine("Models that answer now (GET /v1/models):");
        foreach (var (name, about) in rows)
        {
            text.AppendLine($"  {name.PadRight(width)}  {about}");
        }

        if (rows.Length == 0)
        {
            text.AppendLine("  none: add a provider, or put .gguf files in a models_dir.");
        }

        text.AppendLine();
    }

    private void AppendExample(StringBuilder text)
    {
        var model = localModels.FirstOrDefault(candidate => !candidate.Id.Contains("embed", StringComparison.OrdinalIgnoreCase))?.Id
            ?? configuration.Models.Keys.FirstOrDefault();
        if (model is null)
        {
            return;
        }

        text.AppendLine("Try it:");
        text.AppendLine($"  curl {BaseUrl}/chat/completions -H 'content-type: application/json' \\");
        if (!isOpen)
        {
            text.AppendLine("    -H \"Authorization: Bearer $KEY\" \\");
        }

        text.AppendLine($$"""    -d '{"model": "{{model}}", "messages": [{"role": "user", "content": "How do I add a provider key?"}]}'""");
        text.AppendLine();
    }
}
