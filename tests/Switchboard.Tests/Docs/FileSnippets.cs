using Switchboard.Client;
using Switchboard.Client.Audio;
using Switchboard.Client.Batches;
using Switchboard.Client.Chat;
using Switchboard.Client.Embeddings;
using Switchboard.Client.Files;
using Switchboard.Client.Uploads;
using Switchboard.Protocol.Audio;
using Switchboard.Protocol.Batches;
using Switchboard.Protocol.Chat;
using Switchboard.Protocol.Embeddings;
using Switchboard.Protocol.Files;
using Switchboard.Protocol.Images;
using Switchboard.Protocol.Multipart;
using Switchboard.Protocol.Responses;
using Switchboard.Protocol.Uploads;
using Switchboard.Protocol.VectorStores;

namespace Switchboard.Tests.Docs;

/// <summary>The code of docs/client.md on lists, files, jobs, pictures, sound and vectors.</summary>
internal static class FileSnippets
{
    public static async Task PagesAsync(SwitchboardClient client)
    {
        await foreach (var file in client.Files.ListAllAsync(new FileListQuery { Purpose = "batch" }))
        {
            Console.WriteLine(file.Filename);
        }

        await foreach (var page in client.Files.ListAllAsync().AsPages())
        {
            Console.WriteLine($"{page.Value.Data.Count} files, request {page.RequestId}");
        }
    }

    public static async Task FilesAsync(SwitchboardClient client)
    {
        OpenAIFile file = await client.Files.CreateAsync(new UploadFileRequest(UploadFile.FromPath("notes.pdf"), "user_data"));
        await using var content = await client.Files.ContentAsync(file.Id);
        await content.SaveAsync("copy.pdf");
    }

    public static async Task UploadAsync(SwitchboardClient client)
    {
        Upload upload = await client.Uploads.UploadFileAsync("corpus.jsonl", "fine-tune", new ChunkedUploadOptions
        {
            Parallelism = 8,
            Progress = new Progress<UploadProgress>(done => Console.WriteLine($"{done.BytesDone} of {done.TotalBytes}")),
        });
        Console.WriteLine(upload.File!.Id);
    }

    public static async Task ResumeUploadAsync(SwitchboardClient client)
    {
        var saved = File.Exists("upload.json") ? ResumableUpload.FromJson(await File.ReadAllTextAsync("upload.json")) : null;
        await client.Uploads.UploadFileAsync("corpus.jsonl", "fine-tune", new ChunkedUploadOptions
        {
            Resume = saved,
            Checkpoint = async (state, token) => await File.WriteAllTextAsync("upload.json", state.ToJson(), token),
        });
        File.Delete("upload.json");
    }

    public static async Task WaitAsync(SwitchboardClient client)
    {
        Response answer = await client.Responses.CreateAndWaitAsync(
            new ResponseRequest { Model = "o3", Input = "Prove it." },
            new PollingOptions { Timeout = TimeSpan.FromMinutes(10), ThrowsOnFailure = true },
            new Progress<Response>(seen => Console.WriteLine(seen.Status)));
    }

    public static async Task BatchAsync(SwitchboardClient client, IReadOnlyList<string> questions)
    {
        Batch batch = await client.Batches.UploadAndCreateAsync(
            questions.Select((question, i) => BatchEntry.Of($"q{i}", new ChatCompletionRequest([new UserMessage(question)], "gpt-4o-mini"))));
        batch = await client.Batches.WaitAsync(batch.Id);
        await foreach (var result in client.Batches.ReadResultsAsync(batch))
        {
            Console.WriteLine(result.Error is null ? result.Read<ChatCompletion>().Text : result.ToString());
        }
    }

    public static async Task VectorStoreAsync(SwitchboardClient client, string storeId)
    {
        VectorStoreFileBatch batch = await client.VectorStores.FileBatches.UploadAndWaitAsync(
            storeId, Directory.EnumerateFiles("docs", "*.md").Select(path => UploadFile.FromPath(path)));
        Console.WriteLine($"{batch.FileCounts.Completed} taken in, {batch.FileCounts.Failed} not");
    }

    public static async Task BackgroundAsync(SwitchboardClient client)
    {
        await foreach (var happened in client.Responses.StreamAndResumeAsync(new ResponseRequest { Model = "o3", Input = "Think hard." }))
        {
            if (happened is ResponseTextDeltaEvent text)
            {
                Console.Write(text.Delta);
            }
        }
    }

    public static async Task ImagesAsync(SwitchboardClient client)
    {
        ImagesResponse images = await client.Images.GenerateAsync(new ImageRequest("A fox") { Model = "gpt-image-1", N = 2 });
        var paths = await client.Images.SaveAllAsync(images, "out", "fox");   // out/fox-1.png, out/fox-2.png
    }

    public static async Task AudioAsync(SwitchboardClient client)
    {
        await client.Audio.Speech.SaveAsync(new SpeechRequest("gpt-4o-mini-tts", "Hello!", "alloy"), "hello.wav");

        TranscriptionResult heard = await client.Audio.Transcriptions.CreateAsync(
            new TranscriptionRequest(UploadFile.FromPath("talk.mp3"), "whisper-1") { ResponseFormat = "verbose_json" });
        Console.WriteLine(heard.GetText());
        await File.WriteAllTextAsync("talk.srt", heard.ToSrt());
    }

    public static async Task EmbeddingsAsync(SwitchboardClient client, IReadOnlyList<(string Text, EmbeddingVector Vector)> notes)
    {
        EmbeddingResponse query = await client.Embeddings.CreateAsync(new EmbeddingRequest("When can I eat?", "text-embedding-3-small"));
        foreach (var match in VectorSearch.FindNearest(query.Data[0].Vector, notes, note => note.Vector, count: 5))
        {
            Console.WriteLine($"{match.Score:0.00} {match.Item.Text}");
        }
    }
}
