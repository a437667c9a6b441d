import type { Answering } from './answering.ts'
import type { WardSocket } from './broadcast.ts'
import type { CommandDesk } from './command-desk.ts'
import * as requests from './requests.ts'

/** What a person at a screen can do about an alert or a bed: each is put on the log by the desk, in their name. */
export function takeDeeds(socket: WardSocket, commands: CommandDesk, answers: Answering): void {
  socket.on(
    'acknowledge',
    answers(requests.acknowledgeRequest, (request) => commands.acknowledge(request)),
  )
  socket.on(
    'accept',
    answers(requests.acceptRequest, (request) => commands.accept(request)),
  )
  socket.on(
    'reject',
    answers(requests.rejectRequest, (request) => commands.reject(request)),
  )
  socket.on(
    'escalate',
    answers(requests.escalateRequest, (request) => commands.escalate(request)),
  )
  socket.on(
    'pause-audio',
    answers(requests.pauseAudioRequest, (request) => commands.pauseAudio(request)),
  )
  socket.on(
    'resume-audio',
    answers(requests.resumeAudioRequest, (request) => commands.resumeAudio(request)),
  )
  socket.on(
    'set-limit',
    answers(requests.setLimitRequest, (request) => commands.setLimit(request)),
  )
  socket.on(
    'leave-suggestion',
    answers(requests.leaveSuggestionRequest, (request) => commands.leaveSuggestion(request)),
  )
  socket.on(
    'assign',
    answers(requests.assignRequest, (request) => commands.assign(request)),
  )
  socket.on(
    'label',
    answers(requests.labelRequest, (request) => commands.label(request)),
  )
}
