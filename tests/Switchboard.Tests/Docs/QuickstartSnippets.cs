using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Switchboard.Client;
using Switchboard.Client.Chat;
using Switchboard.Protocol.Chat;

namespace Switchboard.Tests.Docs;

/// <summary>The programs of docs/quickstart/csharp.md: compiled here, and run with the packages by the end-to-end tests.</summary>
internal static class QuickstartSnippets
{
    public static async Task AskAsync()
    {
        using var client = new SwitchboardClient("any", new Uri("http://127.0.0.1:8000/v1"));

        ChatCompletion answer = await client.Chat.Completions.CreateAsync(
            new ChatCompletionRequest([new UserMessage("Hello!")], "switchboard-tiny"));

        Console.WriteLine(answer.Text);
    }

    public static void Host(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.Services.AddSwitchboard();

        var app = builder.Build();
        app.MapSwitchboard();
        app.Run();
    }
}
