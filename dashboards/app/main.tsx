import { render } from 'preact'
import './styles/tokens.css'
import './styles/shell.css'
import './styles/ward.css'
import './styles/tile.css'
import './styles/nurses.css'
import './styles/wall.css'
import './styles/bed.css'
import './styles/tables.css'
import './styles/answers.css'
import './styles/load.css'
import './styles/doors.css'
import './styles/phone.css'
import './styles/may.css'
import { startAlarmSound } from '../ward/alarm-sound.ts'
import { startAlertSigns } from '../ward/alert-announcer.tsx'
import { startKeys } from '../ward/keys.ts'
import { startUnitAddress } from '../ward/unit-address.ts'
import { dueSound } from '../ward/ward-sound.ts'
import { measureDigits } from './digit-width.ts'
import { movePlainly } from './plain-moves.ts'
import { Shell } from './shell.tsx'
import { startPlayer } from '../episodes/player.ts'
import { startNurses } from './nurses.ts'
import { startKiosk } from './kiosk.ts'
import { startWatching, ward } from './watch.ts'

movePlainly()
measureDigits()
const root = document.getElementById('app')
root?.replaceChildren()
if (root !== null) render(<Shell />, root)
startUnitAddress()
startWatching()
startNurses()
startPlayer()
startKiosk()
startAlertSigns()
startAlarmSound(() => dueSound(ward))
startKeys()
